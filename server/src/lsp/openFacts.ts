import { closedFacts, type OpenFacts } from './factSource.ts';
export const openFacts: OpenFacts = () => closedFacts;
