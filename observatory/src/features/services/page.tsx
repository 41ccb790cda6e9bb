import { Page } from '../../shared/page';
import { CacheList } from './components/cache-list';
import { DagsterHealth } from './components/dagster-health';
import { PluginList } from './components/plugin-list';
import { ServiceList } from './components/service-list';
import css from './components/services.module.css';

/** What runs, where, and what is installed. */
export default function ServicesPage() {
  return (
    <Page title="Services and plugins">
      <ServiceList />
      <div className={css.columns}>
        <DagsterHealth />
        <CacheList />
      </div>
      <PluginList />
    </Page>
  );
}
