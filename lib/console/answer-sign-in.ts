import type { AuthOptions } from 'next-auth';
import { createLog } from '#lib/log.ts';
import { getRuntime } from '#lib/runtime.ts';
import { reservedProviderIds } from '#lib/shared/sign-in.ts';
import { authOptions, type ProviderRequest } from './auth-options.ts';
import { clientOf } from './client-of.ts';
import { placeOf } from './place-of.ts';
import type { Flow } from './sign-in-flow.ts';

const log = createLog();

/** One request to next-auth's endpoints: finds the provider that it is about, and adds our own cookies to the answer. */
export async function answerSignIn(
  request: Request,
  context: { params: Promise<{ nextauth: string[] }> },
  nextAuth: (options: AuthOptions) => Promise<Response>,
): Promise<Response> {
  const runtime = getRuntime();
  // The server has settled X-Forwarded-* before Next sees a request, so next-auth may believe them; a public URL that
  // is set counts more, since providers know the callback by it.
  process.env.AUTH_TRUST_HOST = '1';
  if (runtime.config.publicUrl) process.env.NEXTAUTH_URL = runtime.config.publicUrl;
  const secure = request.headers.get('x-forwarded-proto') === 'https';
  const place = placeOf(request, runtime.config);
  const flow: Flow = { runtime, client: clientOf(request), place, secure, setCookies: [] };
  const [action, id] = (await context.params).nextauth;
  let asked: ProviderRequest | undefined;
  if (id !== undefined && (action === 'signin' || action === 'callback') && !reservedProviderIds.includes(id)) {
    try {
      const provider = await runtime.identity.sso.open(id);
      if (!provider) return redirectTo(request, '/sign-in?error=sso-gone');
      asked = { provider, state: new URL(request.url).searchParams.get('state') ?? '' };
    } catch (error) {
      log.error('an identity provider could not be asked', { provider: id, error });
      return redirectTo(request, '/sign-in?error=sso-unreachable');
    }
  }
  const response = await nextAuth(authOptions(flow, asked));
  for (const cookie of flow.setCookies) response.headers.append('Set-Cookie', cookie);
  return response;
}

/** As next-auth answers: the page asked by fetch and goes there itself; a provider sent the browser. */
function redirectTo(request: Request, path: string): Response {
  if (request.method === 'POST') return Response.json({ url: path });
  return new Response(null, { status: 302, headers: { Location: path, 'Cache-Control': 'no-store' } });
}
