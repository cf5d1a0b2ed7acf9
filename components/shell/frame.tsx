'use client';
import { Search } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect } from 'react';
import { useJobs } from '#components/live/jobs.ts';
import { Banner } from '#components/ui/banner.tsx';
import { Button } from '#components/ui/button.tsx';
import { everywhere, useHotkeys } from '#components/ui/hotkeys.ts';
import { Kbd } from '#components/ui/kbd.tsx';
import { Mark } from '#components/ui/mark.tsx';
import { useToastsWanted } from '#components/ui/toast.ts';
import { AccountMenu } from './account-menu.tsx';
import { Banners } from './banners.tsx';
import { useFrame } from './frame-store.ts';
import { startJobToasts } from './job-toasts.ts';
import { JobsButton } from './jobs-button.tsx';
import { SideNav } from './nav.tsx';
import { navPages } from './pages.ts';
import { PhoneNav } from './phone-nav.tsx';

// Loaded when first opened: nobody waits for them to see a list.
const Palette = dynamic(() => import('./palette.tsx').then((module) => module.Palette), { ssr: false });
const KeysSheet = dynamic(() => import('./keys-sheet.tsx').then((module) => module.KeysSheet), { ssr: false });
const JobsTray = dynamic(() => import('./jobs-tray.tsx').then((module) => module.JobsTray), { ssr: false });
const SessionEnded = dynamic(() => import('./session-ended.tsx').then((module) => module.SessionEnded), { ssr: false });
const Toasts = dynamic(() => import('./toasts.tsx').then((module) => module.Toasts), { ssr: false });

export function Frame({ notice, children }: { notice: string; children: ReactNode }) {
  const { paletteOpen, keysOpen, ended } = useFrame();
  const trayOpen = useJobs((state) => state.trayOpen);
  const toastsWanted = useToastsWanted();
  useFrameKeys();
  useEffect(startJobToasts, []);
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-panel focus:px-3 focus:py-1.5 focus:shadow-float"
      >
        Skip to the page
      </a>
      <aside className="flex w-[204px] shrink-0 flex-col border-r bg-sunken max-md:hidden">
        <Link href="/" className="flex h-12 items-center gap-2 px-4 font-semibold text-base tracking-tight">
          <Mark />
          Pilothouse
        </Link>
        <div className="px-2 pb-1">
          <button
            type="button"
            onClick={openPalette}
            className="flex h-8 w-full items-center gap-2.5 rounded-md border border-line-strong bg-panel px-2 text-ink-faint hover:text-ink"
          >
            <Search aria-hidden="true" className="size-4" />
            <span className="flex-1 text-left">Go to…</span>
            <Kbd>Ctrl K</Kbd>
          </button>
        </div>
        <SideNav />
        <div className="flex flex-col gap-px border-t p-2">
          <JobsButton wide />
          <AccountMenu />
        </div>
      </aside>
      <header className="flex h-11 shrink-0 items-center gap-1 border-b bg-sunken px-3 md:hidden">
        <Link href="/" className="flex flex-1 items-center gap-2 font-semibold text-base tracking-tight">
          <Mark />
          Pilothouse
        </Link>
        <JobsButton />
        <Button tone="quiet" size="icon" className="size-9" aria-label="Go to…" onClick={openPalette}>
          <Search />
        </Button>
      </header>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        {notice && <Banner tone="info">{notice}</Banner>}
        <Banners />
        <main id="page" tabIndex={-1} className="outline-none min-h-0 flex-1 overflow-y-auto">
          {children}
        </main>
      </div>
      <PhoneNav />
      {paletteOpen && <Palette />}
      {keysOpen && <KeysSheet />}
      {trayOpen && <JobsTray />}
      {ended !== undefined && <SessionEnded message={ended} />}
      {toastsWanted && <Toasts />}
    </div>
  );
}

function openPalette() {
  useFrame.setState({ paletteOpen: true });
}

function useFrameKeys() {
  const router = useRouter();
  useHotkeys(everywhere, [
    {
      key: 'mod+k',
      label: 'Go to, or do',
      run: () => useFrame.setState(({ paletteOpen }) => ({ paletteOpen: !paletteOpen })),
    },
    { key: '?', label: 'These keys', run: () => useFrame.setState({ keysOpen: true }) },
    { key: 'J', label: 'Jobs', run: () => useJobs.setState(({ trayOpen }) => ({ trayOpen: !trayOpen })) },
    ...navPages.map(({ href, label }, index) => ({ key: String(index + 1), label, run: () => router.push(href) })),
  ]);
}
