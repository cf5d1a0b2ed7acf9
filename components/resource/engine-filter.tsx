'use client';
import { ChevronDown, Server } from 'lucide-react';
import { useEngines } from '#components/live/inventory-store.ts';
import { Button } from '#components/ui/button.tsx';
import { Menu, MenuCheck, MenuItem, MenuLine } from '#components/ui/menu.tsx';

/** Which engines are shown; none chosen means all of them. Not there when there is only one. */
export function EngineFilter(props: { chosen: readonly string[]; onChange: (engines: readonly string[]) => void }) {
  const { chosen, onChange } = props;
  const engines = useEngines() ?? [];
  if (engines.length < 2 && chosen.length === 0) return null;
  const label = chosen.length === 0 ? 'All engines' : chosen.length === 1 ? chosen[0] : `${chosen.length} engines`;
  return (
    <Menu
      align="start"
      trigger={
        <Button size="sm" className="max-w-44 max-sm:order-3 max-sm:max-w-32" aria-label={`Engines shown: ${label}`}>
          <Server aria-hidden="true" />
          <span className="truncate">{label}</span>
          <ChevronDown aria-hidden="true" className="text-ink-faint" />
        </Button>
      }
    >
      <MenuItem onSelect={() => onChange([])}>All engines</MenuItem>
      <MenuLine />
      {engines.map(({ name }) => (
        <MenuCheck
          key={name}
          checked={chosen.includes(name)}
          onCheckedChange={(checked) =>
            onChange(checked ? [...chosen, name] : chosen.filter((other) => other !== name))
          }
        >
          {name}
        </MenuCheck>
      ))}
    </Menu>
  );
}
