import { storeContract } from './contract.ts';
import { openStore, temporaryFolder } from './harness.ts';

storeContract('SQLite', () => {
  const folder = temporaryFolder();
  return { open: (settings) => openStore(folder, settings) };
});
