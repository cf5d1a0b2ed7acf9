import { z } from 'zod';

const sessions = z.strictObject({
  /** How long a session lasts at most. Shortened, it also shortens those that are open. */
  lengthHours: z.number().int().min(1).max(8760),
  /** Ends a session after so long without a request or a key stroke of the person; null: never. */
  idleMinutes: z.number().int().min(5).max(43_200).nullable(),
});
const passwords = z.strictObject({
  minLength: z.number().int().min(8).max(128),
  /** Refuses passwords that everybody tries first. */
  refuseCommon: z.boolean(),
  /** Refuses passwords that hold the person's e-mail or name. */
  refusePersonal: z.boolean(),
});
/** How many wrong passwords are free before each further one has to wait, twice as long each time. */
const signInThrottle = z.strictObject({
  /** For one account from one address. */
  freePerPair: z.number().int().min(1).max(100),
  /** For one account from anywhere. */
  freePerAccount: z.number().int().min(5).max(1000),
  /** From one address for any account; many people may sit behind one. */
  freePerAddress: z.number().int().min(10).max(10_000),
  /** The longest wait for one account from one address. */
  longestMinutes: z.number().int().min(1).max(1440),
});
const origin = z
  .string()
  .trim()
  .max(255)
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'An origin is https://host or http://host:port.',
  )
  .transform((text) => new URL(text).origin);
const network = z.strictObject({
  /** Addresses or ranges whose X-Forwarded-* counts, beside those of PILOTHOUSE_TRUSTED_PROXIES. */
  trustedProxies: z.array(z.string().trim().min(1).max(64)).max(50),
  /** Where pages may be that open live connections in a person's name, beside the console's own address. */
  allowedOrigins: z.array(origin).max(20),
});

/** The console's settings that administrators change while it runs. Units stand in the names. */
export const settingsSchema = z.strictObject({
  sessions,
  passwords,
  signInThrottle,
  /** Who must have a second factor. */
  secondFactor: z.enum(['optional', 'administrators', 'everyone']),
  /** Shown at the sign-in and above every page; '': none. */
  banner: z.string().trim().max(500),
  network,
});
export type Settings = z.infer<typeof settingsSchema>;

/** What PATCH /api/settings takes: any part of any section. */
export const settingsChange = z.strictObject({
  sessions: sessions.partial().optional(),
  passwords: passwords.partial().optional(),
  signInThrottle: signInThrottle.partial().optional(),
  secondFactor: settingsSchema.shape.secondFactor.optional(),
  banner: settingsSchema.shape.banner.optional(),
  network: network.partial().optional(),
});
export type SettingsChange = z.infer<typeof settingsChange>;

/** What holds until somebody changes it. */
export const defaultSettings: Settings = {
  sessions: { lengthHours: 7 * 24, idleMinutes: null },
  passwords: { minLength: 8, refuseCommon: true, refusePersonal: true },
  signInThrottle: { freePerPair: 5, freePerAccount: 20, freePerAddress: 50, longestMinutes: 15 },
  secondFactor: 'optional',
  banner: '',
  network: { trustedProxies: [], allowedOrigins: [] },
};
