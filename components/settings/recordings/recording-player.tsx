'use client';
import '@xterm/xterm/css/xterm.css';
import { Pause, Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { z } from 'zod';
import { shownError } from '#components/live/errors.ts';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { Select } from '#components/ui/input.tsx';
import { formatExact } from '#lib/shared/format.ts';
import { useApi, useApiChange } from '../use-api.ts';
import { playTimeOf } from './cast.ts';
import { clockOf, recordingSchema, titleOf } from './recording-data.ts';
import { useCast } from './use-cast.ts';
import { usePlayer } from './use-player.ts';

const speeds = [0.5, 1, 2, 4, 8, 16];
const schema = z.object({ recording: recordingSchema });

/** Plays one recording, or shows one that runs. `at`: seconds of the recording to begin with. */
export function RecordingPlayer({ id, at, onClose }: { id: string; at?: number; onClose: () => void }) {
  const info = useApi(`/api/recordings/${id}`, schema);
  const recording = info.data?.recording;
  const running = recording && recording.state === 'running';
  const { cast, error, over } = useCast(id, running);
  const box = useRef<HTMLDivElement>(null);
  const player = usePlayer(box, cast, running === true && !over);
  const { seek } = player;
  const [ending, setEnding] = useState(false);
  const change = useApiChange(['/api/recordings']);
  useEffect(() => {
    // What is running is shown as it is now; a hit of the search at its moment.
    if (cast) seek(running ? cast.seconds : at === undefined ? 0 : playTimeOf(cast, at));
  }, [cast, running, at, seek]);
  const problem = info.error ?? error;
  return (
    <Dialog
      open
      side
      onOpenChange={onClose}
      wide
      title={recording ? titleOf(recording) : 'Recording'}
      description={recording && `${recording.email ?? recording.via ?? ''}, ${formatExact(recording.at)}`}
      footer={
        <>
          {recording?.note && <p className="mr-auto max-w-md text-sm text-warn">{recording.note}</p>}
          {running && !over && (
            <Button tone="danger" onClick={() => setEnding(true)}>
              End this session
            </Button>
          )}
          <a className={buttonClass()} href={`/api/recordings/${id}/cast`} download>
            Download .cast
          </a>
        </>
      }
    >
      {problem ? (
        <ErrorState title="The recording could not be read" error={shownError(problem)} />
      ) : (
        <div className="space-y-3">
          <div className="overflow-auto rounded-md border bg-sunken p-2">
            <div ref={box} />
          </div>
          {running && !over ? (
            <p className="text-ink-soft">Live. What the person sees, as it comes.</p>
          ) : (
            <Controls player={player} total={cast?.seconds ?? 0} />
          )}
        </div>
      )}
      {ending && (
        <ConfirmDialog
          open
          danger
          onOpenChange={() => setEnding(false)}
          title="End this session?"
          confirmLabel="End it"
          onConfirm={async () => {
            await change({ method: 'POST', path: `/api/recordings/${id}/end` });
          }}
        >
          Its connection is closed at once, and the person reads that you did it. A browser’s terminal is hung up with
          its processes; what the docker CLI started goes on in the container without it.
        </ConfirmDialog>
      )}
    </Dialog>
  );
}

function Controls({ player, total }: { player: ReturnType<typeof usePlayer>; total: number }) {
  const { seconds, playing, setPlaying, speed, setSpeed, seek } = player;
  const isOver = seconds >= total;
  const isPlaying = playing && !isOver;
  const toggle = () => {
    if (isOver) seek(0);
    setPlaying(!isPlaying);
  };
  return (
    <div className="flex items-center gap-2">
      <Button size="icon" aria-label={isPlaying ? 'Pause' : 'Play'} onClick={toggle}>
        {isPlaying ? <Pause /> : <Play />}
      </Button>
      <input
        type="range"
        aria-label="Position"
        aria-valuetext={clockOf(seconds)}
        className="min-w-0 flex-1 accent-(--accent)"
        min={0}
        max={total}
        step="any"
        value={seconds}
        onChange={(event) => seek(Number(event.target.value))}
      />
      <span className="text-ink-soft text-xs tabular-nums">
        {clockOf(seconds)} / {clockOf(total)}
      </span>
      <Select
        aria-label="Speed"
        className="w-20"
        value={speed}
        onChange={(event) => setSpeed(Number(event.target.value))}
      >
        {speeds.map((one) => (
          <option key={one} value={one}>
            {one}×
          </option>
        ))}
      </Select>
    </div>
  );
}
