import { type InventoryChange, inventoryKinds } from '#lib/shared/inventory.ts';
import { setCapabilities } from './capabilities-store.ts';
import { shownError } from './errors.ts';
import { addChanges, setEngines, setSnapshots, useInventory } from './inventory-store.ts';
import { setJob, setJobs } from './jobs.ts';
import { forgetAnswers } from './query-scope.tsx';
import { ask, getSocket } from './socket.ts';

// Changes within one frame are applied together: a burst of a thousand events must not render a thousand times.
const gatherMs = 16;
/** After a refusal because too many pages are open: one of them may have been closed. */
const fullRetryMs = 10_000;

/** Opens the inventory and the jobs on the page's connection and keeps the stores fed. Returns the end of it. */
export function startLive(onSessionEnd: (message: string) => void): () => void {
  const socket = getSocket();
  let waiting: InventoryChange[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  const asking = new Set<string>();

  async function open() {
    try {
      const opened = await ask(socket, 'inventory:open', { kinds: [...inventoryKinds] });
      setEngines(opened.engines);
      setSnapshots(opened.snapshots);
      setCapabilities(opened.capabilities);
      useInventory.setState({ link: 'live', lostAt: undefined, problem: undefined });
      setJobs(await ask(socket, 'jobs:open'));
    } catch (cause) {
      useInventory.setState({ problem: shownError(cause).message });
    }
  }

  function flush() {
    timer = undefined;
    const changes = waiting;
    waiting = [];
    for (const engine of addChanges(changes)) void refetch(engine);
  }

  async function refetch(engine: string) {
    if (asking.has(engine)) return;
    asking.add(engine);
    try {
      setSnapshots([await ask(socket, 'inventory:snapshot', { engine, kinds: [...inventoryKinds] })]);
    } catch (cause) {
      // The engine may just have gone; the status says so. A lost connection opens everything again.
      useInventory.setState({ problem: shownError(cause).message });
    } finally {
      asking.delete(engine);
    }
  }

  const onConnect = () => void open();
  const onDisconnect = () => useInventory.setState(({ lostAt }) => ({ link: 'lost', lostAt: lostAt ?? Date.now() }));
  const onConnectError = (error: Error & { data?: { code?: string } }) => {
    if (error.data?.code === 'not-signed-in' || error.message === 'not-signed-in')
      onSessionEnd('Please sign in again.');
    else if (error.data?.code === 'too-many') {
      // Refused by the console, after which socket.io tries no more by itself.
      useInventory.setState({ problem: error.message });
      again = setTimeout(() => socket.connect(), fullRetryMs);
    } else useInventory.setState(({ lostAt }) => ({ link: 'lost', lostAt: lostAt ?? Date.now() }));
  };
  const onChange = (change: InventoryChange) => {
    waiting.push(change);
    timer ??= setTimeout(flush, gatherMs);
  };
  const onCapabilities = (capabilities: Parameters<typeof setCapabilities>[0]) => {
    setCapabilities(capabilities);
    forgetAnswers();
  };
  const onReset = (snapshot: Parameters<typeof setSnapshots>[0][number]) => setSnapshots([snapshot]);

  socket.on('connect', onConnect);
  socket.on('disconnect', onDisconnect);
  socket.on('connect_error', onConnectError);
  socket.on('inventory:change', onChange);
  socket.on('inventory:reset', onReset);
  socket.on('engines:status', setEngines);
  socket.on('capabilities', onCapabilities);
  socket.on('job:change', setJob);
  socket.on('session:end', onSessionEnd);
  if (socket.connected) onConnect();

  return () => {
    clearTimeout(timer);
    clearTimeout(again);
    socket.off('connect', onConnect);
    socket.off('disconnect', onDisconnect);
    socket.off('connect_error', onConnectError);
    socket.off('inventory:change', onChange);
    socket.off('inventory:reset', onReset);
    socket.off('engines:status', setEngines);
    socket.off('capabilities', onCapabilities);
    socket.off('job:change', setJob);
    socket.off('session:end', onSessionEnd);
    socket.emit('inventory:close');
  };
}
