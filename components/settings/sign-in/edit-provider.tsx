'use client';
import type { UseFormReturn } from 'react-hook-form';
import { Button } from '#components/ui/button.tsx';
import { CheckboxLine } from '#components/ui/checkbox.tsx';
import { CommandLine } from '#components/ui/command-line.tsx';
import { Sheet } from '#components/ui/dialog.tsx';
import { providerKinds } from '#lib/shared/sign-in.ts';
import { FormError, onSubmit, SelectField, TextField, useZodForm } from '../form.tsx';
import { useApiChange } from '../use-api.ts';
import { GroupFields } from './group-fields.tsx';
import {
  bodyOf,
  formOf,
  kindLabels,
  type Provider,
  type ProviderForm,
  providerFormSchema,
  providersPath,
} from './provider-form.ts';

interface EditProviderProps {
  provider?: Provider;
  /** Where people reach the console. */
  origin: string;
  onClose: () => void;
}

const urlLabels = { oidc: 'Address', google: '', github: 'Address of GitHub' } as const;

/** Adds or edits a provider. Saving asks it for its configuration first, so that a wrong address is told at once. */
export function EditProvider({ provider, origin, onClose }: EditProviderProps) {
  const form = useZodForm(providerFormSchema, formOf(provider));
  const change = useApiChange([providersPath, '/api/teams']);
  const { kind, id } = form.watch();
  const save = onSubmit(form, async (values) => {
    const body = bodyOf(values);
    if (provider) await change({ method: 'PATCH', path: `${providersPath}/${provider.id}`, body });
    else await change({ method: 'POST', path: providersPath, body });
    onClose();
  });
  return (
    <Sheet
      open
      onOpenChange={onClose}
      title={provider ? `Edit ${provider.name}` : 'Add an identity provider'}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="edit-provider" tone="primary" busy={form.formState.isSubmitting}>
            {provider ? 'Save' : 'Add provider'}
          </Button>
        </>
      }
    >
      <form id="edit-provider" className="space-y-3" onSubmit={(event) => void save(event)}>
        {!provider && (
          <>
            <SelectField form={form} name="kind" label="Kind" autoFocus>
              {providerKinds.map((each) => (
                <option key={each} value={each}>
                  {kindLabels[each]}
                </option>
              ))}
            </SelectField>
            <TextField
              form={form}
              name="id"
              label="Id"
              placeholder="acme"
              hint="Stands in the callback address below."
            />
          </>
        )}
        <TextField form={form} name="name" label="Name" placeholder="Acme" hint="The button says “Continue with …”." />
        <div className="space-y-1">
          <p className="font-medium text-ink-soft text-xs">Callback address, to be registered at the provider</p>
          <CommandLine command={`${origin}/api/auth/callback/${id || '<id>'}`} />
        </div>
        {kind !== 'google' && (
          <TextField
            form={form}
            name="url"
            label={urlLabels[kind]}
            className="font-mono text-xs"
            placeholder={kind === 'github' ? 'https://github.com' : 'https://id.example.org/realms/acme'}
            hint={
              kind === 'github'
                ? 'Empty: github.com. Else that of your own GitHub server.'
                : 'The issuer, or the address of its discovery document.'
            }
          />
        )}
        <TextField form={form} name="clientId" label="Client id" className="font-mono text-xs" />
        <TextField
          form={form}
          name="clientSecret"
          label="Client secret"
          type="password"
          autoComplete="off"
          hint={provider ? 'Stored; empty: stays as it is.' : 'Stored encrypted, and never shown again.'}
        />
        <Who form={form} />
        <GroupFields form={form} />
        <Trust form={form} />
        <FormError form={form} />
      </form>
    </Sheet>
  );
}

function Who({ form }: { form: UseFormReturn<ProviderForm> }) {
  const { kind } = form.watch();
  return (
    <fieldset className="space-y-3 border-t pt-3">
      <legend className="sr-only">Who may come in</legend>
      <SelectField
        form={form}
        name="admit"
        label="Who may come in"
        hint="A new person has no grants until a team or an administrator gives some."
      >
        <option value="anyone">Anyone the provider knows</option>
        <option value="mapped">Members of a group below</option>
        <option value="known">Only people who have an account here</option>
      </SelectField>
      <TextField
        form={form}
        name="emailDomains"
        label="E-mail domains"
        placeholder="any"
        hint={
          kind === 'oidc'
            ? 'Only people with an address of these. Empty: any.'
            : 'Set it: anybody in the world can have an account there.'
        }
      />
      {kind !== 'github' && (
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField form={form} name="groupClaim" label="Claim with the groups" className="font-mono text-xs" />
          <TextField
            form={form}
            name="scopes"
            label="More scopes"
            placeholder="groups"
            className="font-mono text-xs"
            hint="Beside openid, email, profile."
          />
        </div>
      )}
    </fieldset>
  );
}

function Trust({ form }: { form: UseFormReturn<ProviderForm> }) {
  return (
    <fieldset className="border-t pt-2">
      <legend className="sr-only">What it is trusted with</legend>
      <CheckboxLine
        label="Its second factor counts here"
        hint="Else people who have one here give it after the provider, too."
        {...form.register('trustSecondFactor')}
      />
      <CheckboxLine
        label="Give accounts that are there to whoever brings their e-mail"
        hint="Trusts the provider with every account but administrators', who connect theirs themselves. The account's password, tokens and second factors end then."
        {...form.register('linkByEmail')}
      />
      <CheckboxLine
        label="Take e-mails for verified that it does not say are"
        hint="Only for your own directory, where nobody writes his address himself."
        {...form.register('trustEmail')}
      />
      <CheckboxLine label="Offer it on the sign-in page" {...form.register('enabled')} />
    </fieldset>
  );
}
