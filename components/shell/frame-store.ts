'use client';
import { create } from 'zustand';

/** What of the frame stands open. */
export const useFrame = create<{ paletteOpen: boolean; keysOpen: boolean; ended: string | undefined }>()(() => ({
  paletteOpen: false,
  keysOpen: false,
  /** Why the session is over, once it is. */
  ended: undefined,
}));
