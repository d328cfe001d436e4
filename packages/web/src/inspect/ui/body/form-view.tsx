import { formFields } from '../../lib/form-fields.ts';
import { PairTable } from '../view/pair-table.tsx';

/** The fields of a form, decoded. */
export function FormView({ text }: { readonly text: string }) {
  return <PairTable pairs={formFields(text)} what="field" />;
}
