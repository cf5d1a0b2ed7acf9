import { z } from 'zod';

// What /api/explain and /api/access answer; the server's type and the page's check in one.

const grant = z.object({
  id: z.string(),
  subjectKind: z.enum(['user', 'team', 'token']),
  subjectId: z.string(),
  /** E-mail, service account, team or token; '' when it is gone. */
  subjectName: z.string(),
  role: z.string(),
  scope: z.object({ kind: z.enum(['all', 'tag', 'engine']), value: z.string() }),
  resource: z
    .object({
      labels: z.array(z.string()).readonly().optional(),
      project: z.string().optional(),
      name: z.string().optional(),
      images: z.array(z.string()).readonly().optional(),
    })
    .optional(),
  expiresAt: z.number().optional(),
  reason: z.string().optional(),
  engineName: z.string().optional(),
});

/** Whose access it is. */
export const accessSubject = z.object({
  kind: z.enum(['person', 'service', 'team', 'token']),
  id: z.string(),
  name: z.string(),
  /** Why it may do nothing whatever its grants say: disabled, or a token that has ended. */
  barred: z.string().optional(),
});

export const explained = z.object({
  subject: accessSubject,
  /** The question as it was understood. */
  asked: z.object({
    operation: z.string(),
    engine: z.string().optional(),
    kind: z.string().optional(),
    object: z.string().optional(),
  }),
  allow: z.boolean(),
  /** The door's own sentence. */
  reason: z.string(),
  hostAccess: z.boolean(),
  seeSecrets: z.boolean(),
  /** Without an object: only some of those there are reached. */
  scoped: z.boolean().optional(),
  verdicts: z.array(
    z.object({ grant, list: z.enum(['grant', 'limit']), allows: z.boolean(), lacks: z.array(z.string()) }),
  ),
  /** Policies in force there that judge what such a request asks for, above all grants. */
  policies: z.array(z.object({ id: z.string(), name: z.string() })),
  /** The record that the question was taken from, as it was then. */
  record: z
    .object({
      id: z.string(),
      at: z.number(),
      outcome: z.string(),
      reason: z.string().optional(),
      policy: z.string().optional(),
    })
    .optional(),
});
export type Explained = z.infer<typeof explained>;

/** What one may do with an object, in people's words; each is one operation, see lib/console/access-levels.ts. */
export const accessLevels = ['see', 'operate', 'change', 'enter'] as const;
export type AccessLevel = (typeof accessLevels)[number];

/** Which of the levels an object of the kind has at all. */
export const levelsOfKind: Readonly<
  Record<'engine' | 'container' | 'image' | 'network' | 'volume', readonly AccessLevel[]>
> = {
  engine: ['see', 'operate', 'change', 'enter'],
  container: ['see', 'operate', 'change', 'enter'],
  image: ['see', 'operate', 'change'],
  network: ['see', 'operate', 'change'],
  volume: ['see', 'change'],
};

export const whoRow = z.object({
  subject: accessSubject,
  email: z.string(),
  /** By level, the grant that allows it. */
  levels: z.partialRecord(z.enum(accessLevels), grant),
});
export type WhoRow = z.infer<typeof whoRow>;

/** Who may do what with one object, or on one engine. */
export const whoMay = z.object({ rows: z.array(whoRow), more: z.boolean() });

export const effectiveRow = z.object({
  /** Absent: the console itself. */
  engine: z.string().optional(),
  grant,
  /** What this grant allows there. */
  levels: z.array(z.enum(accessLevels)),
  hostAccess: z.boolean(),
  seeSecrets: z.boolean(),
});
/** What one account, team or token may do, engine by engine. */
export const effectiveAccess = z.object({ subject: accessSubject, rows: z.array(effectiveRow) });
export type EffectiveRow = z.infer<typeof effectiveRow>;
