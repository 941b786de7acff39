/** Answers for github.com on this machine, for `npm run test:packaging`: a repository with one release, over HTTPS. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';

const hosts = ['github.com', 'api.github.com'];

/**
 * Serves the files of a release through a proxy that connects to nothing else. `requests` lists what was asked for;
 * while `tampered` is true, every file but the checksums has another last byte.
 */
export async function fakeGitHub(folder, release, tag) {
  mkdirSync(folder);
  const state = { requests: [], tampered: false, certificate: makeCertificate(folder) };
  const git = makeRepository(folder, tag);
  const page = 'https://github.com/glistio/glistio';
  const api = 'https://api.github.com/repos/glistio/glistio';
  const names = [...readFileSync(join(release, 'SHA256SUMS'), 'utf8').matchAll(/^\w+ {2}(.+)$/gm)].map(
    ([, name]) => name,
  );
  const assets = [...names, 'SHA256SUMS'].map((name, index) => ({
    id: index,
    name,
    size: readFileSync(join(release, name)).length,
    url: `${api}/releases/assets/${index}`,
    browser_download_url: `${page}/releases/download/${tag}/${name}`,
  }));
  const about = { id: 1, tag_name: tag, name: tag, draft: false, prerelease: false, assets };
  const published = { ...about, created_at: '2026-01-01T00:00:00Z', published_at: '2026-01-01T00:00:00Z' };

  const answer = (url) => {
    const asset = assets.find((one) => one.browser_download_url === url || one.url === url);
    if (asset !== undefined) {
      const bytes = readFileSync(join(release, asset.name));
      if (state.tampered && asset.name !== 'SHA256SUMS') bytes[bytes.length - 1] ^= 1;
      return bytes;
    }
    if (url === `${api}/releases`) return Buffer.from(JSON.stringify([published]));
    if (url === `${api}/releases/tags/${tag}`) return Buffer.from(JSON.stringify(published));
    const file = join(git, url.slice(`${page}.git/`.length));
    return url.startsWith(`${page}.git/`) && existsSync(file) ? readFileSync(file) : undefined;
  };
  const github = createSecureServer(
    { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'leaf.pem')) },
    ({ method, headers, url }, response) => {
      const address = `https://${headers.host}${url.replace(/\?.*/, '')}`;
      const bytes = answer(address);
      state.requests.push(`${method} ${address} ${bytes === undefined ? 404 : 200}`);
      response.writeHead(bytes === undefined ? 404 : 200, { 'content-length': bytes?.length ?? 0 });
      response.end(method === 'HEAD' ? undefined : bytes);
    },
  );
  const proxy = createServer((_, response) => response.writeHead(502).end());
  proxy.on('connect', ({ url }, client, head) => {
    if (!hosts.includes(url.split(':')[0])) {
      state.requests.push(`refused ${url}`);
      return client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    }
    const server = connect(github.address().port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      server.write(head);
      server.pipe(client).pipe(server);
    });
    server.on('error', () => client.destroy());
    client.on('error', () => server.destroy());
  });
  for (const server of [github, proxy]) await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const stop = () => {
    for (const server of [github, proxy]) server.close();
    github.closeAllConnections();
    proxy.closeAllConnections();
  };
  return Object.assign(state, { proxy: `http://127.0.0.1:${proxy.address().port}`, stop });
}

/** The certificate of an authority, and beside it that of the server: some clients take no server for its own authority. */
function makeCertificate(folder) {
  const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const names = hosts.map((host) => `DNS:${host}`).join(',');
  writeFileSync(join(folder, 'extensions'), `subjectAltName=${names}\nbasicConstraints=CA:FALSE\n`);
  const key = (name) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', name];
  openssl('req', '-x509', ...key('ca-key.pem'), '-days', '1', '-subj', '/CN=test authority', '-out', 'ca.pem');
  openssl('req', ...key('key.pem'), '-subj', '/CN=github.com', '-out', 'leaf.csr');
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-days', '1', '-extfile', 'extensions'];
  openssl('x509', '-req', '-in', 'leaf.csr', ...signed, '-out', 'leaf.pem');
  return join(folder, 'ca.pem');
}

/** A bare repository with a tag, which git reads over plain HTTP. */
function makeRepository(folder, tag) {
  const path = join(folder, 'git');
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: path,
      encoding: 'utf8',
      input: '',
    }).trim();
  mkdirSync(path);
  git('init', '-q', '--bare');
  git('tag', tag, git('commit-tree', git('hash-object', '-t', 'tree', '-w', '--stdin'), '-m', 'a'));
  git('update-server-info');
  return path;
}
