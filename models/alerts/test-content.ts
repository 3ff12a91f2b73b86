import { type Content, contentOfMessage } from './content.ts';
import { instantText, type Language } from './message.ts';

/** What a channel is sent to find out whether it works. */
export function testContent(channel: string, who: string, asOfMs: number, language: Language): Content {
  const at = instantText(asOfMs);
  const message =
    language === 'fr'
      ? {
          subject: `Essai du canal ${channel}`,
          text: `Si vous lisez ceci, le canal « ${channel} » fonctionne.\n\nDemandé par ${who}, ${at}. Rien n'est en panne.`,
        }
      : {
          subject: `Test of the channel ${channel}`,
          text: `If you can read this, the channel "${channel}" works.\n\nAsked for by ${who}, ${at}. Nothing is wrong.`,
        };
  return contentOfMessage(message, 'channel.test', language);
}
