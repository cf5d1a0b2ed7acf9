import { z } from 'zod';
import { type Settings, type SettingsChange, settingsSchema } from '#lib/shared/settings.ts';

const count = (what: string) => z.string().regex(/^\d+$/, `A whole number of ${what}.`);

/** The settings as fields of one form; lists are lines of text. */
export const settingsFormSchema = z
  .object({
    lengthHours: count('hours'),
    idleMinutes: z.string().regex(/^\d*$/, 'A whole number of minutes, or empty.'),
    minLength: count('characters'),
    refuseCommon: z.boolean(),
    refusePersonal: z.boolean(),
    freePerPair: count('tries'),
    freePerAccount: count('tries'),
    freePerAddress: count('tries'),
    longestMinutes: count('minutes'),
    banner: z.string(),
    trustedProxies: z.string(),
    allowedOrigins: z.string(),
  })
  .superRefine((form, ctx) => {
    const { sessions, passwords, signInThrottle, banner, network } = settingsSchema.shape;
    const parts = { sessions, passwords, signInThrottle, banner, network };
    const change = changeOf(form);
    for (const name of Object.keys(parts) as (keyof typeof parts)[]) {
      for (const { path, message } of parts[name].safeParse(change[name]).error?.issues ?? [])
        ctx.addIssue({ code: 'custom', path: [path[0] === undefined ? name : String(path[0])], message });
    }
  });

export type SettingsForm = z.infer<typeof settingsFormSchema>;

export function formOf({ sessions, passwords, signInThrottle, banner, network }: Settings): SettingsForm {
  return {
    lengthHours: String(sessions.lengthHours),
    idleMinutes: sessions.idleMinutes === null ? '' : String(sessions.idleMinutes),
    minLength: String(passwords.minLength),
    refuseCommon: passwords.refuseCommon,
    refusePersonal: passwords.refusePersonal,
    freePerPair: String(signInThrottle.freePerPair),
    freePerAccount: String(signInThrottle.freePerAccount),
    freePerAddress: String(signInThrottle.freePerAddress),
    longestMinutes: String(signInThrottle.longestMinutes),
    banner,
    trustedProxies: network.trustedProxies.join('\n'),
    allowedOrigins: network.allowedOrigins.join('\n'),
  };
}

/** What PATCH /api/settings takes. */
export function changeOf(form: SettingsForm): SettingsChange {
  return {
    sessions: {
      lengthHours: Number(form.lengthHours),
      idleMinutes: form.idleMinutes === '' ? null : Number(form.idleMinutes),
    },
    passwords: {
      minLength: Number(form.minLength),
      refuseCommon: form.refuseCommon,
      refusePersonal: form.refusePersonal,
    },
    signInThrottle: {
      freePerPair: Number(form.freePerPair),
      freePerAccount: Number(form.freePerAccount),
      freePerAddress: Number(form.freePerAddress),
      longestMinutes: Number(form.longestMinutes),
    },
    banner: form.banner.trim(),
    network: { trustedProxies: linesOf(form.trustedProxies), allowedOrigins: linesOf(form.allowedOrigins) },
  };
}

function linesOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
