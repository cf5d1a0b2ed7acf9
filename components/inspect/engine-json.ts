import { z } from 'zod';

// Go prints absent lists and maps as null; engines differ in what they leave out at all.
export const goList = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);
export const goMap = <T extends z.ZodType>(item: T) =>
  z
    .record(z.string(), item)
    .nullish()
    .transform((value) => value ?? {});
export const goText = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
export const goNumber = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);
export const goFlag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** Milliseconds since 1970; undefined for Go's zero time (year 1). */
export function timeOf(goTime: string): number | undefined {
  const at = Date.parse(goTime);
  return Number.isNaN(at) || at <= 0 ? undefined : at;
}
