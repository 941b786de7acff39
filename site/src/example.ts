import type { Input } from './answers.ts';

/** The page's initial input: the guide's values, with a mistake. */
export const exampleInput: Input = {
  text: `global:
  istioSDS:
    enabled: true
gatewayProxies:
  gatewayProxy:
    antiAfinity: true
    podTemplate:
      httpPort: 8081
`,
  chartVersion: '1.17.3',
  world: '',
  istioVersion: '',
  isComplete: false,
};
