import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { which } from '../../scripts/lib/paths.mjs';

const root = join(import.meta.dirname, '../..');

/** What `oc adm catalog mirror` wrote for the hop into the registry. */
const hop = 'manifests-my-operator/my-operator-index-1636602048';

let home: string;
let folder: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'operator-mirror-nvim-'));
  folder = join(home, 'efk');
  cpSync(join(root, 'examples/1-efk-over-files'), folder, { recursive: true });
  const configuration = join(home, 'nvim/lua/operator_mirror.lua');
  mkdirSync(dirname(configuration), { recursive: true });
  writeFileSync(configuration, luaOf(readFileSync(join(root, 'docs/neovim.md'), 'utf8')));
  writeFileSync(join(home, 'nvim/init.lua'), "require('operator_mirror')\n");
});
afterAll(() => rmSync(home, { recursive: true }));

/** What the page tells people to write. */
function luaOf(page: string): string {
  const lua = /^```lua\n(.*?)^```$/ms.exec(page)?.[1];
  if (lua === undefined) throw new Error('docs/neovim.md has no configuration');
  // Tests reach no registry.
  return lua.replace("network = 'on'", "network = 'off'");
}

/** Opens a file in a real Neovim, runs some Lua there, and gives what that returns. */
async function inNeovim(file: string, lua: string): Promise<unknown> {
  const answer = join(home, 'answer.json');
  rmSync(answer, { force: true });
  const script = join(home, 'session.lua');
  writeFileSync(
    script,
    `local function session()\n${lua}\nend
    local done, result = pcall(session)
    local text = vim.json.encode(done and { result = result } or { failed = tostring(result) })
    vim.fn.writefile({ text }, ${JSON.stringify(answer)})
    vim.cmd('qall!')`,
  );
  await promisify(execFile)(which('nvim') ?? 'nvim', ['--headless', file, '-S', script], {
    cwd: folder,
    timeout: 60_000,
    env: {
      HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_CACHE_HOME: join(home, 'cache'),
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      OPERATOR_MIRROR_SERVER: join(root, 'dist/server.js'),
    },
  });
  const { result, failed } = JSON.parse(readFileSync(answer, 'utf8')) as Record<string, unknown>;
  if (failed !== undefined) throw new Error(String(failed));
  return result;
}

const waitForFindings = `
  local function ready() return #vim.diagnostic.get(0) > 0 end
  if not vim.wait(30000, ready, 50) then error('no findings came') end`;

describe('Neovim, set up as docs/neovim.md says', () => {
  it('lists the findings of a mirror set', async () => {
    const codes = await inNeovim(
      `${hop}/imageContentSourcePolicy.yaml`,
      `${waitForFindings}
      local codes = {}
      for _, finding in ipairs(vim.diagnostic.get(0)) do table.insert(codes, finding.code) end
      return codes`,
    );
    expect(codes).toContain('mirror-set/local-source');
  });

  it('says what is under the cursor', async () => {
    const hover = await inNeovim(
      `${hop}/imageContentSourcePolicy.yaml`,
      `${waitForFindings}
      vim.fn.search('source: ')
      vim.cmd('normal! $')
      local answers = vim.lsp.buf_request_sync(0, 'textDocument/hover', vim.lsp.util.make_position_params(), 20000)
      for _, answer in pairs(answers) do return answer.result.contents.value end`,
    );
    expect(hover).toMatch(/file:\/\//);
  });

  it('repairs a finding by a code action', async () => {
    const text = await inNeovim(
      `${hop}/imageContentSourcePolicy.yaml`,
      `${waitForFindings}
      local finding
      for _, each in ipairs(vim.diagnostic.get(0)) do
        if each.code == 'mirror-set/local-source' then finding = finding or each end
      end
      vim.api.nvim_win_set_cursor(0, { finding.lnum + 1, finding.col })
      -- The first offer is taken, as a person does.
      vim.ui.select = function(items, _, choose) choose(items[1], 1) end
      local before = vim.api.nvim_buf_get_lines(0, 0, -1, false)
      vim.lsp.buf.code_action()
      local changed = vim.wait(20000, function()
        return not vim.deep_equal(before, vim.api.nvim_buf_get_lines(0, 0, -1, false))
      end, 50)
      if not changed then error('nothing was repaired') end
      return vim.api.nvim_buf_get_lines(0, finding.lnum, finding.lnum + 1, false)[1]`,
    );
    expect(text).toMatch(/source: (?:registry\.redhat\.io|quay\.io)\//);
  });

  it('knows a mapping.txt by its name', async () => {
    const seen = await inNeovim(
      `${hop}/mapping.txt`,
      `vim.wait(30000, function() return #vim.lsp.buf_get_clients(0) > 0 end, 50)
      return { vim.bo.filetype, vim.bo.commentstring, #vim.lsp.buf_get_clients(0) }`,
    );
    expect(seen).toEqual(['oc-mapping', '# %s', 1]);
  });
});
