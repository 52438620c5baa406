/** The pages of the site, in the order of the navigation. */
export interface SiteGroup {
  readonly name: string;
  readonly pages: readonly { readonly path: string; readonly title: string; readonly about: string }[];
}

export const SITE: readonly SiteGroup[] = [
  {
    name: 'Network',
    pages: [
      { path: '/', title: 'Overview', about: 'the window that runs now' },
      { path: '/windows/', title: 'Windows', about: 'every window and its outcome' },
      { path: '/training/', title: 'Training', about: 'progress of the model' },
      { path: '/checkpoints/', title: 'Checkpoints', about: 'anchored roots' },
    ],
  },
  {
    name: 'Participants',
    pages: [
      { path: '/miners/', title: 'Miners', about: 'ratings and pay' },
      { path: '/validators/', title: 'Validators', about: 'reports and agreement' },
      { path: '/enclaves/', title: 'Enclaves', about: 'attestation' },
    ],
  },
  {
    name: 'Chain',
    pages: [
      { path: '/rewards/', title: 'Rewards', about: 'emission and claims' },
      { path: '/hparams/', title: 'Parameters', about: 'in force and before' },
      { path: '/events/', title: 'Events', about: 'all of them, decoded' },
    ],
  },
  {
    name: 'Trust',
    pages: [
      { path: '/verify/', title: 'Verify', about: 'recompute it yourself' },
      { path: '/status/', title: 'Status', about: 'the indexer and its node' },
      { path: '/docs/', title: 'Manual', about: 'how it works' },
      { path: '/api/', title: 'API', about: 'everything as JSON and CSV' },
    ],
  },
];
