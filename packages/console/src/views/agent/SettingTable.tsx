import type { Setting } from '../../api/types.js';
import { ScrollArea } from '../../base/ScrollArea.js';
import { text } from '../../text/text.js';
import { Section } from './Section.js';

/** The settings as the agent has read them; the server leaves out secrets. */
export function SettingTable({ settings }: { readonly settings: readonly Setting[] }) {
  return (
    <Section title={text('agent.settings')} count={settings.length}>
      <ScrollArea className="table-wide" label={text('agent.settings')}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{text('agent.settingName')}</th>
              <th scope="col">{text('agent.settingValue')}</th>
              <th scope="col">{text('agent.settingFrom')}</th>
            </tr>
          </thead>
          <tbody>
            {setFirst(settings).map(({ name, value, from }) => (
              <tr key={name}>
                <th scope="row" className="mono">
                  {name}
                </th>
                <td className="mono">{typeof value === 'string' ? value : JSON.stringify(value)}</td>
                <td>{from}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </Section>
  );
}

/** What is set comes before the defaults. */
function setFirst(settings: readonly Setting[]): readonly Setting[] {
  const isDefault = ({ from }: Setting) => from === 'default';
  return [...settings.filter((one) => !isDefault(one)), ...settings.filter(isDefault)];
}
