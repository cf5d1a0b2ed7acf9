import { useCapabilities } from '#components/live/capabilities-store.ts';
import { Banner } from '#components/ui/banner.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';

/** What happened to the object while its page was open. */
export function ObjectNotes(props: {
  noun: string;
  name: string;
  /** Absent where it is not known: nothing is said of scopes. */
  engine?: string;
  goneAt: number | undefined;
  renamedFrom: string | undefined;
  replaced: boolean;
}) {
  const { noun, name, engine, goneAt, renamedFrom, replaced } = props;
  const { scoped } = useCapabilities();
  if (goneAt !== undefined)
    return (
      <Banner tone="warn">
        This {noun} was removed{engine !== undefined && scoped(engine) && ', or left your scope,'}{' '}
        <RelativeTime at={goneAt} />. What is shown is from before.
      </Banner>
    );
  if (replaced)
    return <Banner tone="info">The {noun} was made anew while this page was open; this is the new one.</Banner>;
  if (renamedFrom !== undefined)
    return (
      <Banner tone="info">
        Renamed from {renamedFrom} to {name} while this page was open.
      </Banner>
    );
  return null;
}
