/** What every Node of a test gets, and nothing of our settings: how it finds programs, and what is compiled already. */
export const NODE_ENVIRONMENT: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  ...(process.env.NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
};
