import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { sessionQuery, usageQuery } from '../../api/queries.js';
import { EmptyState, ErrorNote, Loading } from '../../base/notes.js';
import { ViewHeader } from '../../shell/ViewHeader.js';
import { text } from '../../text/text.js';
import { DayPlot } from './DayPlot.js';
import { RangeControls } from './RangeControls.js';
import { SumTable } from './SumTable.js';
import { sumOf, sumsBy } from './sums.js';
import { Totals } from './Totals.js';
import { rangeOf, type UsageSearch } from './usage-search.js';
import './usage.css';

/** Tokens and cost by day, model and owner. The range is in the address. */
export function UsageView() {
  const search = useSearch({ from: '/usage' });
  const navigate = useNavigate({ from: '/usage' });
  const { data: session } = useQuery(sessionQuery);
  const range = rangeOf(search);
  const { data, error, refetch } = useQuery(usageQuery({ ...range, owner: search.owner }));
  const change = (next: UsageSearch) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const rows = data?.rows ?? [];
  const total = sumOf(rows);
  const measure = search.measure ?? (total.costUsd > 0 ? 'cost' : 'tokens');
  const owners = sumsBy(rows, 'owner');
  return (
    <>
      <ViewHeader title={text('nav.usage')} />
      <div className="usage">
        <RangeControls
          range={range}
          measure={measure}
          owner={session?.scopes.includes('admin') === true ? (search.owner ?? '') : undefined}
          onChange={change}
        />
        {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
        {data === undefined && error === null && <Loading />}
        {data !== undefined && rows.length === 0 && (
          <EmptyState title={text('usage.none')}>
            <p>{text('usage.noneHelp')}</p>
          </EmptyState>
        )}
        {rows.length > 0 && (
          <>
            <Totals total={total} />
            <DayPlot rows={rows} range={range} measure={measure} />
            <SumTable title={text('usage.byModel')} sums={sumsBy(rows, 'model')} />
            {(owners.length > 1 || search.owner !== undefined) && (
              <SumTable title={text('usage.byOwner')} sums={owners} />
            )}
          </>
        )}
      </div>
    </>
  );
}
