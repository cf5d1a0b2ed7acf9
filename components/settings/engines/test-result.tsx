import type { z } from 'zod';
import { Button } from '#components/ui/button.tsx';
import type { engineTestSchema } from '../schemas.ts';

interface TestResultProps {
  result: z.infer<typeof engineTestSchema>;
  pinned: string;
  onPin: (hostKey: string) => void;
}

/** What the engine answered; for ssh also the key that the host presented, to be compared by a person. */
export function TestResult({ result, pinned, onPin }: TestResultProps) {
  const { ok, message, version, apiVersion, hostKey } = result;
  return (
    <div role="status" className={`space-y-2 rounded-md px-3 py-2 ${ok ? 'bg-ok-bg text-ok' : 'bg-bad-bg text-bad'}`}>
      <p className="break-words">
        {message}
        {ok && version && ` Version ${version}, API ${apiVersion}.`}
      </p>
      {hostKey && hostKey !== pinned && (
        <div className="space-y-1 text-ink">
          <p>
            {pinned
              ? 'The host presents another key than the pinned one:'
              : 'The host presents this key. Compare it on the host itself: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub'}
          </p>
          {pinned && <code className="block break-all font-mono text-xs">pinned {pinned}</code>}
          <code className="block break-all font-mono text-xs">{hostKey}</code>
          <Button size="sm" onClick={() => onPin(hostKey)}>
            Pin this key
          </Button>
        </div>
      )}
    </div>
  );
}
