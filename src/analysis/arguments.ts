const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;

export interface Filled {
  readonly text: string;
  /** Placeholders that no argument fills; the controller fails on one. */
  readonly unknown: readonly string[];
}

/** Fills `{{args.name}}` as the controller does before it sends a query (argo-rollouts `utils/template`). */
export const fillArguments = (text: string, values: ReadonlyMap<string, string>): Filled => {
  const unknown: string[] = [];
  const filled = text.replaceAll(placeholder, (whole, name: string) => {
    const value = name.startsWith('args.') ? values.get(name.slice('args.'.length)) : undefined;
    if (value === undefined) unknown.push(name);
    return value ?? whole;
  });
  return { text: filled, unknown };
};
