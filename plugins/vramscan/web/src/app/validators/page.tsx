import { Validators } from '../../views/validators.tsx';

export const metadata = { title: 'Validators' };

export default function Page() {
  return <Validators />;
}
