import { Lock } from 'lucide-react';
import { maskMarker } from '#lib/shared/mask.ts';

/** A value that the door may have masked: the page never gets the secret, only the marker. */
export function SecretText({ value }: { value: string }) {
  if (!value.includes(maskMarker)) return value;
  const [before = '', ...after] = value.split(maskMarker);
  return (
    <>
      {before}
      <span
        className="mx-0.5 inline-flex items-center gap-1 rounded-sm bg-idle-bg px-1.5 font-sans text-2xs text-ink-soft"
        title="Your role on this engine does not see secret values"
      >
        <Lock aria-hidden="true" className="size-2.5" />
        hidden
      </span>
      {after.join(maskMarker)}
    </>
  );
}
