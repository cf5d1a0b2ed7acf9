'use client';
import { Dialog } from '#components/ui/dialog.tsx';
import { useHotkeySections } from '#components/ui/hotkeys.ts';
import { Kbd } from '#components/ui/kbd.tsx';
import { useFrame } from './frame-store.ts';

const names: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑', Escape: 'Esc' };

/** Every key that works on this page now. */
export function KeysSheet() {
  const sections = useHotkeySections();
  // Two parts of one page may bring keys under one title.
  const merged = Map.groupBy(sections, ({ title }) => title);
  return (
    <Dialog open wide onOpenChange={(keysOpen) => useFrame.setState({ keysOpen })} title="Keys">
      <div className="gap-8 sm:columns-2">
        {[...merged].reverse().map(([title, parts]) => (
          <section key={title} className="mb-4 break-inside-avoid">
            <h3 className="mb-1 font-medium text-ink-faint text-xs">{title}</h3>
            <dl>
              {parts
                .flatMap(({ hotkeys }) => hotkeys)
                .filter(({ silent }) => !silent)
                .map(({ key, label }) => (
                  <div key={key} className="flex items-center justify-between gap-3 py-0.5">
                    <dt>{label}</dt>
                    <dd className="flex gap-1">
                      {key.split('+').map((part) => (
                        <Kbd key={part} className="max-sm:inline-grid">
                          {part === 'mod' ? 'Ctrl' : (names[part] ?? part)}
                        </Kbd>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
