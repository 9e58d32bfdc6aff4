// Puts a built image into a registry, over the plain HTTP API.

/** Pushes blobs, then manifests, children first; the last manifest also gets the tag. */
export async function pushImage(host, repository, tag, image) {
  const base = `http://${host}/v2/${repository}`;
  for (const blob of image.blobs) await pushBlob(base, blob);
  for (const manifest of image.manifests) {
    const isLast = manifest === image.manifests.at(-1);
    await send(`${base}/manifests/${isLast ? tag : manifest.digest}`, {
      method: 'PUT',
      headers: { 'content-type': manifest.mediaType },
      body: manifest.bytes,
    });
  }
}

async function pushBlob(base, blob) {
  const known = await fetch(`${base}/blobs/${blob.digest}`, { method: 'HEAD' });
  if (known.ok) return;
  const upload = await send(`${base}/blobs/uploads/`, { method: 'POST' });
  const target = new URL(upload.headers.get('location'), base);
  target.searchParams.set('digest', blob.digest);
  await send(target, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: blob.bytes,
  });
}

async function send(url, options) {
  const response = await fetch(url, options);
  const text = await response.text();
  if (!response.ok) throw new Error(`${options.method} ${url}: ${response.status} ${text}`);
  return response;
}
