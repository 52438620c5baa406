import { Windows } from '../../views/windows.tsx';

export const metadata = { title: 'Windows' };

export default function Page() {
  return <Windows />;
}
