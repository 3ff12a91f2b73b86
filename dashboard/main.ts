import { startFrame } from './frame/start.ts';

startFrame();
