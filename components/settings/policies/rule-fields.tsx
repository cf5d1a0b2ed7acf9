'use client';
import type { ReactNode } from 'react';
import { CheckboxLine } from '#components/ui/checkbox.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input, Textarea } from '#components/ui/input.tsx';
import { namespaceNames, refusable } from '#lib/shared/policy.ts';
import { Section } from '../section.tsx';
import { listRules, type RulesDraft, refusableWords } from './rules-draft.ts';

interface RuleFieldsProps {
  draft: RulesDraft;
  onChange: (draft: RulesDraft) => void;
}

/** All rules, each off until it is wanted. */
export function RuleFields({ draft, onChange }: RuleFieldsProps) {
  const set = (part: Partial<RulesDraft>) => onChange({ ...draft, ...part });
  return (
    <>
      <Section title="Refused altogether">
        <div className="grid max-w-3xl gap-x-6 sm:grid-cols-2">
          {refusable.map((key) => (
            <CheckboxLine
              key={key}
              label={refusableWords[key].label}
              hint={refusableWords[key].hint}
              checked={draft.refuse.includes(key)}
              onChange={({ target }) =>
                set({ refuse: target.checked ? [...draft.refuse, key] : draft.refuse.filter((each) => each !== key) })
              }
            />
          ))}
        </div>
      </Section>
      <Section title="Only what is listed" intro="One entry a line; a restricted list without entries allows none.">
        <div className="grid max-w-3xl gap-x-6 gap-y-1 sm:grid-cols-2">
          {listRules.map(({ key, ...words }) => (
            <ListField
              key={key}
              {...words}
              value={draft.lists[key]}
              onChange={(value) => set({ lists: { ...draft.lists, [key]: value } })}
            />
          ))}
          <Namespaces draft={draft} onChange={onChange} />
        </div>
      </Section>
      <ImagesAndPorts draft={draft} onChange={onChange} />
      <Required draft={draft} onChange={onChange} />
    </>
  );
}

function ListField(props: {
  label: string;
  hint: string;
  placeholder: string;
  value: { on: boolean; text: string };
  onChange: (value: { on: boolean; text: string }) => void;
  children?: ReactNode;
}) {
  const { label, hint, placeholder, value, onChange, children } = props;
  return (
    <div className="pb-1">
      <CheckboxLine
        label={label}
        hint={value.on ? undefined : 'not restricted'}
        checked={value.on}
        onChange={({ target }) => onChange({ ...value, on: target.checked })}
      />
      {value.on && (
        <div className="ml-6">
          <Field label={<span className="sr-only">{label}, one a line</span>} hint={hint}>
            {(id, note) => (
              <Textarea
                id={id}
                aria-describedby={note}
                rows={3}
                placeholder={placeholder}
                value={value.text}
                onChange={({ target }) => onChange({ ...value, text: target.value })}
              />
            )}
          </Field>
          {children}
        </div>
      )}
    </div>
  );
}

function Namespaces({ draft, onChange }: RuleFieldsProps) {
  const { on, allowed } = draft.namespaces;
  const set = (namespaces: RulesDraft['namespaces']) => onChange({ ...draft, namespaces });
  return (
    <div>
      <CheckboxLine
        label="Host namespaces"
        hint={on ? 'Those that are ticked may be used.' : 'not restricted'}
        checked={on}
        onChange={({ target }) => set({ on: target.checked, allowed })}
      />
      {on && (
        <div className="ml-6 flex flex-wrap gap-x-4">
          {namespaceNames.map((name) => (
            <CheckboxLine
              key={name}
              label={name}
              checked={allowed.includes(name)}
              onChange={({ target }) =>
                set({ on, allowed: target.checked ? [...allowed, name] : allowed.filter((each) => each !== name) })
              }
            />
          ))}
        </div>
      )}
    </div>
  );
}

function ImagesAndPorts({ draft, onChange }: RuleFieldsProps) {
  const { images, ports } = draft;
  const setImages = (part: Partial<RulesDraft['images']>) => onChange({ ...draft, images: { ...images, ...part } });
  return (
    <Section title="Images and ports">
      <div className="grid max-w-3xl gap-x-6 gap-y-1 sm:grid-cols-2">
        <div>
          <ListField
            label="Images"
            hint="Registry and repository; redis is Docker Hub’s. * stands for any characters."
            placeholder={'registry.example/team/*\nredis'}
            value={images}
            onChange={setImages}
          />
          <CheckboxLine
            label="By digest alone"
            hint="name@sha256:…: what runs is what was looked at."
            checked={images.digest}
            onChange={({ target }) => setImages({ digest: target.checked })}
          />
          <CheckboxLine
            label="From registries alone"
            hint="Build, commit, import, load and tag are refused: else anybody could make an image of an allowed name."
            checked={images.fromRegistries}
            onChange={({ target }) => setImages({ fromRegistries: target.checked })}
          />
        </div>
        <ListField
          label="Published host ports"
          hint="Ports or ranges."
          placeholder={'443\n8000-8999'}
          value={ports}
          onChange={(value) => onChange({ ...draft, ports: { ...ports, ...value } })}
        >
          <CheckboxLine
            label="Ports that the engine picks, too"
            checked={ports.random}
            onChange={({ target }) => onChange({ ...draft, ports: { ...ports, random: target.checked } })}
          />
        </ListField>
      </div>
    </Section>
  );
}

function Required({ draft, onChange }: RuleFieldsProps) {
  const { memory, cpus } = draft;
  return (
    <Section title="Required of containers and services">
      <div className="grid max-w-3xl gap-x-6 gap-y-2 sm:grid-cols-2">
        <div>
          <CheckboxLine
            label="A memory limit"
            checked={memory.on}
            onChange={({ target }) => onChange({ ...draft, memory: { ...memory, on: target.checked } })}
          />
          {memory.on && (
            <Field label="At most" hint="512m, 2g; empty: any limit will do." className="ml-6">
              {(id, note) => (
                <Input
                  id={id}
                  aria-describedby={note}
                  value={memory.max}
                  onChange={({ target }) => onChange({ ...draft, memory: { ...memory, max: target.value } })}
                />
              )}
            </Field>
          )}
          <CheckboxLine
            label="A CPU limit"
            checked={cpus.on}
            onChange={({ target }) => onChange({ ...draft, cpus: { ...cpus, on: target.checked } })}
          />
          {cpus.on && (
            <Field label="At most" hint="In CPUs: 1.5; empty: any limit will do." className="ml-6">
              {(id, note) => (
                <Input
                  id={id}
                  aria-describedby={note}
                  inputMode="decimal"
                  value={cpus.max}
                  onChange={({ target }) => onChange({ ...draft, cpus: { ...cpus, max: target.value } })}
                />
              )}
            </Field>
          )}
        </div>
        <Field label="Labels, one a line" hint="key or key=value. A grant’s scope gives its labels by itself.">
          {(id, note) => (
            <Textarea
              id={id}
              aria-describedby={note}
              rows={3}
              placeholder="team"
              value={draft.labels}
              onChange={({ target }) => onChange({ ...draft, labels: target.value })}
            />
          )}
        </Field>
      </div>
    </Section>
  );
}
