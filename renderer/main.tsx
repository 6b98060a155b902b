import { mount } from './app/mount.tsx';
import { connect } from './engine/connection.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
const { transport } = await connect();
mount(root, transport);
