/** The settings of who may come in; for config.ts only. */
import { z } from 'zod';

const role = z.enum(['viewer', 'operator', 'ml-engineer', 'admin']);

/** An OpenID provider that says who people are; what is left out has its default in `api/access/open-id.ts`. */
const openIdSchema = z.strictObject({
  /** As the provider writes it in its discovery document. */
  issuer: z
    .string()
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'an http(s) URL')
    .refine(
      (text) => !/^http:\/\//i.test(text) || /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$)/i.test(text),
      {
        message: 'https, but on loopback',
      },
    ),
  clientId: z.string().min(1).max(500),
  /** The text or a file that holds it; left out, the client is a public one. */
  clientSecret: z
    .union([z.string().min(1).max(8_000), z.strictObject({ file: z.string().min(1) })])
    .optional(),
  /** Asked for beside `openid`. */
  scopes: z
    .array(z.string().regex(/^[^\s"\\]{1,200}$/))
    .max(20)
    .optional(),
  /** The claim that names a person: one that they cannot change themselves. */
  nameClaim: z.string().min(1).max(200).optional(),
  /** The claim that holds their groups: a text or a list of texts. */
  roleClaim: z.string().min(1).max(200).optional(),
  /** Group to role; a person gets the role of the first line that names one of their groups. */
  roles: z
    .array(z.strictObject({ group: z.string().min(1).max(500), role }))
    .min(1)
    .max(200),
});

export type OpenIdConfig = z.infer<typeof openIdSchema>;

export const accessSettings = {
  /** `auto`: on loopback nobody logs in until a user or a token exists. `required`: everybody always does. */
  apiLogin: z.enum(['auto', 'required']),
  /** Where people reach the page when that is not apiHost and apiPort: the address of a proxy with TLS. */
  apiPublicUrl: z
    .string()
    .refine(
      (text) =>
        URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).pathname === '/',
      'an http(s) URL without a path',
    )
    .nullable(),
  /** Addresses of proxies that are believed when they tell for whom they ask. */
  apiTrustedProxies: z
    .array(z.string().regex(/^[0-9a-fA-F.:]+(\/\d{1,3})?$/, 'an IP address or CIDR'))
    .max(100),
  openId: openIdSchema.nullable(),
};

export const ACCESS_DEFAULTS = {
  apiLogin: 'auto' as const,
  apiPublicUrl: null,
  apiTrustedProxies: [] as string[],
  openId: null,
};
