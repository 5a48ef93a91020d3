import { describe, expect, test } from 'vitest'
import { blockEnvironment, parameterProblem, withStandIns } from '../../src/shell/environment.ts'
import { start } from './blocks.ts'

describe('the environment of a block', () => {
  test('holds what the operator has, the parameters, and the quiet', () => {
    const environment = blockEnvironment({
      base: { PATH: '/usr/bin', HOME: '/home/anna', TERM: 'xterm-256color', EMPTY: undefined },
      parameters: { NAMESPACE: 'loanserve' },
    })
    expect(environment).toMatchObject({
      HOME: '/home/anna',
      NAMESPACE: 'loanserve',
      PATH: '/usr/bin',
      TERM: 'dumb',
      NO_COLOR: '1',
      AWS_PAGER: '',
      PAGER: 'cat',
    })
    expect(Object.keys(environment)).not.toContain('EMPTY')
  })

  test('holds nothing that would change what the words of the block mean', () => {
    const base = {
      PATH: '/usr/bin',
      NODE_OPTIONS: '--inspect',
      HANDRAIL_DATABASE_URL: 'postgres://u:p@db/x',
      BASH_ENV: '/home/anna/.evil',
      'BASH_FUNC_kubectl%%': '() { echo gotcha; }',
      SHELLOPTS: 'xtrace',
      CDPATH: '/tmp',
      FORCE_COLOR: '1',
    }
    const environment = blockEnvironment({ base, parameters: {} })
    expect(Object.keys(environment).filter((name) => name in base)).toEqual(['PATH'])
  })

  test('is pinned more strongly than anything else', () => {
    const environment = blockEnvironment({
      base: {
        PATH: '/usr/bin',
        KUBECONFIG: '/home/anna/.kube/config',
        AWS_PROFILE: 'dev',
        AWS_REGION: 'a',
        AWS_DEFAULT_REGION: 'a',
      },
      additions: { KUBECONFIG: '/other', AWS_PROFILE: 'other', AWS_ACCESS_KEY_ID: 'practice' },
      parameters: { AWS_REGION: 'b' },
      kubeconfig: '/run/kubeconfig',
      awsProfile: 'prod',
      awsRegion: 'eu-central-1',
      awsEndpointUrl: 'http://127.0.0.1:4566',
      toolDirs: ['/tools'],
    })
    expect(environment).toMatchObject({
      KUBECONFIG: '/run/kubeconfig',
      AWS_PROFILE: 'prod',
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      HANDRAIL_AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_ACCESS_KEY_ID: 'practice',
      PATH: '/tools:/usr/bin',
    })
  })

  test('keeps a region that the runbook asks for, when none is pinned', () => {
    expect(blockEnvironment({ base: { AWS_REGION: 'a' }, parameters: { AWS_REGION: 'b' } }).AWS_REGION).toBe(
      'b',
    )
  })

  test.each([
    ['PATH', '/evil'],
    ['BASH_ENV', '/evil'],
    ['LD_PRELOAD', '/evil.so'],
    ['KUBECONFIG', '/other'],
    ['HANDRAIL_STATE_DIR', '/'],
    ['1ST', 'x'],
    ['WITH-DASH', 'x'],
    ['VALUE', 'a\0b'],
  ])('refuses the parameter %s', (name, value) => {
    expect(parameterProblem(name, value)).toMatch(/parameter/)
    expect(() => blockEnvironment({ base: {}, parameters: { [name]: value } })).toThrow(RangeError)
  })

  test('has the stand-ins first on its PATH', () => {
    expect(withStandIns({ PATH: '/usr/bin', A: 'b' }, '/run/stand-ins')).toEqual({
      PATH: '/run/stand-ins:/usr/bin',
      A: 'b',
    })
    expect(withStandIns({}, '/run/stand-ins')).toEqual({ PATH: '/run/stand-ins' })
  })

  test('keeps a function that the operator has exported from taking the place of kubectl', async () => {
    const base = { ...process.env, 'BASH_FUNC_kubectl%%': '() { echo gotcha; }' }
    const block = await start('type -t kubectl; echo "[$-]"', {
      env: blockEnvironment({ base, parameters: {} }),
    })
    expect((await block.result).output).toMatch(/^file\n\[.*e.*u.*\]\n$/)
  })
})
