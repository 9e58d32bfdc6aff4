import { describe, expect, it } from 'vitest';
import { iconAddress } from '../../../server/src/features/catalogIcon.ts';
import {
  catalogTooltip,
  channelRows,
  imageRows,
  packageRow,
} from '../../../server/src/features/catalogTree.ts';
import { pngIcon, viewPackage } from '../../support/viewCatalog.ts';

describe('the rows of a catalog', () => {
  it('show packages with their names, versions, badges and pictures', () => {
    expect(packageRow(viewPackage('keys'))).toEqual({
      name: 'keys',
      title: '',
      version: '2.0.0',
      badges: [],
      icon: `data:image/png;base64,${pngIcon}`,
    });
    expect(packageRow(viewPackage('needy'))).toEqual({
      name: 'needy',
      title: 'Needy *Operator*',
      version: '0.1.0',
      badges: ['deprecated', 'by tag', 'needs others'],
    });
  });

  it('show channels, the default one first, and versions, the newest first', () => {
    const rows = channelRows(viewPackage('keys'), undefined);
    expect(
      rows.map(({ name, isDefault, head, badges, versions }) => [
        name,
        isDefault,
        head,
        badges,
        versions.map((one) => `${one.version}${one.isHead ? ' head' : ''} ${one.badges}`.trim()),
      ]),
    ).toEqual([
      ['stable', true, '2.0.0', [], ['2.0.0 head', '1.3.0', '1.2.0', '1.1.0', '1.0.0 deprecated']],
      ['candidate', false, '2.1.0', [], ['2.1.0 head']],
      ['old', false, '0.9.0', ['deprecated'], ['0.9.0 head']],
    ]);
  });

  it('tick what the choice takes', () => {
    const chosen = { name: 'keys', channels: [{ name: 'stable', minVersion: '1.2.0' }] };
    const rows = channelRows(viewPackage('keys'), chosen);
    expect(rows.flatMap(({ name, isChosen }) => (isChosen ? [name] : []))).toEqual(['stable']);
    expect(
      rows.flatMap(({ versions }) =>
        versions.flatMap(({ isChosen, version }) => (isChosen ? [version] : [])),
      ),
    ).toEqual(['2.0.0', '1.3.0', '1.2.0']);
  });

  it('show each image once, the bundle first', () => {
    const [bundle] = viewPackage('needy').bundles;
    const rows = imageRows(bundle ?? expect.unreachable());
    expect(rows.map(({ reference, ...row }) => ({ ...row, at: reference.slice(0, 26) }))).toEqual([
      { name: 'the bundle', isByTag: true, at: 'quay.io/needy/bundle:v0.1.' },
      { name: 'operator', isByTag: false, at: 'quay.io/needy/operator@sha' },
    ]);
  });

  it('say more in tooltips, in which nothing of a catalog is markup', () => {
    const text = catalogTooltip(viewPackage('needy'), {}) ?? '';
    expect(text).toContain('Needy \\*Operator\\*');
    expect(text).toContain('Asks \\<b\\>for\\</b\\> more.');
    expect(text).toContain('Deprecated: Nobody maintains it.');
    expect(text).toContain('1 image is by tag: no digest mirror serves it.');
    expect(text).toContain('It needs the kind Certificate of certs.io/v1.');
    expect(catalogTooltip(viewPackage('certs'), {})).toContain('It brings Certificate.');
    expect(catalogTooltip(viewPackage('keys'), { channel: 'old' })).toContain('Deprecated: Use stable.');
    expect(catalogTooltip(viewPackage('keys'), { channel: 'stable', bundle: 'keys.v1.0.0' })).toContain(
      'It leaks.',
    );
    expect(catalogTooltip(viewPackage('keys'), { channel: 'nowhere' })).toBeUndefined();
  });
});

describe('the picture of a package', () => {
  const encoded = (text: string) => btoa(text);

  it.each([
    ['image/png', pngIcon],
    ['IMAGE/PNG ', `${pngIcon.slice(0, 40)}\n${pngIcon.slice(40)}`],
    ['image/jpeg', '/9j/4AAQ'],
    ['image/gif', encoded('GIF89a…'.slice(0, 6))],
    ['image/svg+xml', encoded('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['image/svg+xml', encoded('\n<?xml version="1.0"?><svg/>')],
  ])('of %s is shown', (mediaType, base64) => {
    const address = iconAddress({ mediaType, base64 });
    expect(address).toMatch(/^data:image\/(?:png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/);
  });

  it.each([
    ['another type', 'text/html', encoded('<script>')],
    ['a type of a prototype', 'constructor', pngIcon],
    ['a type with more behind it', 'image/svg+xml,<script>', encoded('<svg/>')],
    ['what is no base64', 'image/png', `${pngIcon.slice(0, -4)}");}`],
    ['nothing', 'image/png', ''],
    ['what is no such picture', 'image/png', encoded('<svg/>')],
    ['what is no text', 'image/svg+xml', pngIcon],
    ['what is too large', 'image/png', pngIcon.slice(0, 40) + 'A'.repeat(200_000)],
  ])('is not shown of %s', (_what, mediaType, base64) => {
    expect(iconAddress({ mediaType, base64 })).toBeUndefined();
  });
});
