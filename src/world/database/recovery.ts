/** What PostgreSQL is told so that its whole past can be had again: the archive of its log, and how to read it. */
import type { PostgresSettings } from './postgres-program.ts'

/**
 * Of every server. It runs in its `data` directory, beside which its `archive` lies. Its files needn't outlive the
 * machine, so it is spared all waiting for disks.
 */
export const serverSettings: PostgresSettings = {
  max_connections: '100',
  shared_buffers: '16MB',
  fsync: 'off',
  full_page_writes: 'off',
  jit: 'off',
  wal_level: 'replica',
  max_wal_senders: '0',
  min_wal_size: '2MB',
  max_wal_size: '64MB',
  hot_standby: 'off',
  archive_mode: 'on',
  // A name appears in the archive only once the whole file is there.
  archive_command: 'cp %p ../archive/%f.part && mv ../archive/%f.part ../archive/%f',
  archive_timeout: '0',
}

/**
 * For a server that becomes what another was at `time` (milliseconds since 1970, by the machine's clock), or at the
 * archive's end. The archive has to hold a commit after `time`: PostgreSQL refuses a time that it can't see the end of.
 */
export function recoverySettings(time: number | undefined): PostgresSettings {
  return {
    ...serverSettings,
    restore_command: 'cp ../archive/%f %p',
    recovery_target_action: 'promote',
    ...(time === undefined ? {} : { recovery_target_time: stamp(time) }),
  }
}

/** `2026-11-23 12:00:00.123999+00`: names of time zones, and with them ISO's Z, aren't known yet when it is read. */
function stamp(time: number): string {
  const milliseconds = Math.floor(time)
  const microseconds = Math.round((time - milliseconds) * 1000)
  const text = new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '')
  return `${text}${String(microseconds).padStart(3, '0')}+00`
}
