'use client';
import { useEffect, useRef, useSyncExternalStore } from 'react';

export interface Hotkey {
  /** `s`, `/`, `?`, `Enter`, `ArrowDown`, `mod+k` (Ctrl, or Command on a Mac). */
  key: string;
  /** For the sheet of keys. */
  label: string;
  run: (event: KeyboardEvent) => void;
  /** Works without standing on the sheet (aliases). */
  silent?: boolean;
}

interface Section {
  title: string;
  hotkeys: readonly Hotkey[];
}

const sections = new Map<symbol, { current: Section }>();
const listeners = new Set<() => void>();
let snapshot: readonly Section[] = [];

function changed() {
  snapshot = [...sections.values()].map(({ current }) => current);
  for (const listener of listeners) listener();
}

/** Keys that work while this component is mounted. Not while one types, and not under an open dialog or menu. */
export function useHotkeys(title: string, hotkeys: readonly Hotkey[]): void {
  const section = useRef<Section>({ title, hotkeys });
  section.current = { title, hotkeys };
  useEffect(() => {
    const id = Symbol(title);
    sections.set(id, section);
    if (sections.size === 1) window.addEventListener('keydown', onKeyDown);
    changed();
    return () => {
      sections.delete(id);
      if (sections.size === 0) window.removeEventListener('keydown', onKeyDown);
      changed();
    };
  }, [title]);
}

/** What the sheet shows: each section as it was when last (un)mounted. */
export function useHotkeySections(): readonly Section[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => snapshot,
    () => snapshot,
  );
}

function onKeyDown(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing) return;
  const mod = event.ctrlKey || event.metaKey;
  const pressed = mod ? `mod+${event.key.toLowerCase()}` : event.key;
  if (event.altKey || (!mod && isBusy(event.target))) return;
  // A page wins over the frame, whichever was mounted first.
  const inOrder = [...sections.values()].sort((a, b) => Number(isFrame(a.current)) - Number(isFrame(b.current)));
  for (const { current } of inOrder) {
    const found = current.hotkeys.find(({ key }) => key === pressed);
    if (!found) continue;
    event.preventDefault();
    found.run(event);
    return;
  }
}

/** The section of the frame; its keys work on every page. */
export const everywhere = 'Everywhere';

function isFrame({ title }: Section): boolean {
  return title === everywhere;
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"], [role="menu"]')) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('.xterm')) return true;
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox';
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}
