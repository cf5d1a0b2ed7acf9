import { containers } from './containers/containers.tsx';
import { images } from './images/images.tsx';
import { networks } from './networks/networks.tsx';
import { toPaletteSource } from './resource/palette-source.tsx';
import { stacks } from './stacks/stacks.tsx';
import { volumes } from './volumes/volumes.tsx';

/** Every noun, in the order of the palette. */
export const paletteSources = [
  toPaletteSource(containers),
  toPaletteSource(stacks),
  toPaletteSource(images),
  toPaletteSource(networks),
  toPaletteSource(volumes),
];
