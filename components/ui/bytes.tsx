import { formatBytes } from '#lib/shared/format.ts';

/** `1.2 MB`, with the exact number on hover. */
export function Bytes({ value, className }: { value: number | undefined; className?: string }) {
  const title = value === undefined || value < 0 ? undefined : `${value.toLocaleString('en-US')} bytes`;
  return (
    <span className={className} title={title}>
      {formatBytes(value)}
    </span>
  );
}
