import { Home } from '../views/home.tsx';

export default function Page() {
  return <Home />;
}
