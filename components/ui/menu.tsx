'use client';
import { Check, type LucideIcon } from 'lucide-react';
import Link from 'next/link';
import * as Radix from 'radix-ui/dropdown-menu';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn.ts';
import { Kbd } from './kbd.tsx';

/** A dropdown menu: `<Menu trigger={<Button/>}>` with MenuItem, MenuCheck, MenuLabel, MenuLine inside. */
export function Menu(props: {
  trigger: ReactNode;
  children: ReactNode;
  align?: 'start' | 'end';
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}) {
  const { trigger, children, align = 'end', open, onOpenChange } = props;
  return (
    <Radix.Root modal={false} open={open} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="animate-fade z-50 max-h-[min(420px,var(--radix-dropdown-menu-content-available-height))] min-w-44 max-w-80 overflow-y-auto rounded-md border bg-panel p-1 shadow-float"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const itemClass =
  'flex h-7 cursor-pointer select-none items-center gap-2 rounded-sm px-2 text-sm outline-none data-[highlighted]:bg-hover data-[disabled]:cursor-not-allowed data-[disabled]:opacity-50 max-sm:h-9 [&>svg]:size-3.5 [&>svg]:shrink-0';

interface MenuItemProps extends Omit<ComponentProps<typeof Radix.Item>, 'asChild'> {
  icon?: LucideIcon;
  /** Goes to a page: the item is a link. */
  href?: string;
  danger?: boolean;
  /** The key that does the same. */
  hotkey?: string;
}

export function MenuItem({ icon: Icon, danger, hotkey, href, className, children, ...rest }: MenuItemProps) {
  const content = (
    <>
      {Icon && <Icon aria-hidden="true" className={danger ? undefined : 'text-ink-faint'} />}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {hotkey && <Kbd>{hotkey}</Kbd>}
    </>
  );
  return (
    <Radix.Item className={cn(itemClass, danger && 'text-bad', className)} asChild={href !== undefined} {...rest}>
      {href === undefined ? content : <Link href={href}>{content}</Link>}
    </Radix.Item>
  );
}

/** Stays open when pressed, so that several can be set. */
export function MenuCheck({ children, className, ...rest }: ComponentProps<typeof Radix.CheckboxItem>) {
  return (
    <Radix.CheckboxItem className={cn(itemClass, className)} onSelect={(event) => event.preventDefault()} {...rest}>
      <span className="grid size-3.5 place-items-center">
        <Radix.ItemIndicator>
          <Check className="size-3.5 text-accent-text" />
        </Radix.ItemIndicator>
      </span>
      <span className="min-w-0 flex-1 truncate">{children}</span>
    </Radix.CheckboxItem>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="truncate px-2 pt-1.5 pb-1 text-2xs text-ink-faint">{children}</Radix.Label>;
}

export function MenuLine() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
}
