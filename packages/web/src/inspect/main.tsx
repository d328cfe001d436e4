import { mount, mountChrome } from '../shared/mount.tsx';
import { browser } from './model/browser.ts';
import { InspectApp } from './ui/inspect-app.tsx';

mountChrome();
mount('inspect', <InspectApp platform={browser()} path={location.pathname} />);
