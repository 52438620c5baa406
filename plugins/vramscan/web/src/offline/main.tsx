/** The page of verification as one file that needs no server. */
import { createRoot } from 'react-dom/client';
import { Verify } from '../views/verify.tsx';

const root = document.getElementById('content');
if (root) {
  createRoot(root).render(<Verify offline />);
}
