/** What virtual tabs against the real servers make of triggers: tasks, a limit, an approval, and another client's message. */
import {describe, expect, test} from 'vitest'
import {PLATFORMS} from '#protocol/platform.ts'
import {ids, slow, texts, virtualTabs, type VirtualTab} from './virtual-tabs-stage.ts'

type Stage = Awaited<ReturnType<typeof virtualTabs>>

/** A tab that hears its channel. */
async function listening({tab}: Stage): Promise<VirtualTab> {
  const open = await tab('A')
  await expect.poll(() => open.session.view().connection.name).toBe('connected')
  return open
}

const lastOf = ({session}: VirtualTab) => session.view().messages.at(-1)

describe('a background task', () => {
  test('[TG3] [TG5] on ChatGPT is shown by a tab that has it open, from its first progress on', async () => {
    const stage = await virtualTabs('chatgpt')
    const {control, userId, conversationId, serverIds} = stage
    const open = await listening(stage)
    const {taskId} = await control.startTask(userId, conversationId)
    expect(ids(open)).toHaveLength(2)
    await control.progressTask(taskId)
    await expect.poll(() => lastOf(open)?.status).toBe('streaming')
    const half = lastOf(open)!.text
    expect(half).not.toBe('')
    await control.completeTask(taskId)
    await expect.poll(() => lastOf(open)?.status).toBe('complete')
    expect(lastOf(open)!.text.startsWith(half)).toBe(true)
    expect(ids(open)).toEqual(await serverIds())
  })

  test('[TG7] on ChatGPT is waited for by a tab that comes in the middle, and can be stopped there', async () => {
    const stage = await virtualTabs('chatgpt')
    const {tab, control, userId, conversationId, ledger} = stage
    const started = await control.startTask(userId, conversationId)
    const late = tab('B', {isDeaf: true})
    const isAsking = () => ledger.some((event) => event.kind === 'asked' && event.what === 'status')
    await expect.poll(isAsking).toBe(true)
    await control.completeTask(started.taskId)
    const polling = await late
    expect(lastOf(polling)?.status).toBe('complete')

    const stopping = await listening(stage)
    const {taskId} = await control.startTask(userId, conversationId)
    await control.progressTask(taskId)
    await expect.poll(() => stopping.session.view().phase).toBe('answering')
    await stopping.session.stop()
    await expect.poll(() => lastOf(stopping)?.status).toBe('stopped')
    await expect(control.completeTask(taskId)).rejects.toThrow(TypeError)
  })

  test('[TG11] on Claude.ai is polled by a tab that read of it, and its result comes so', async () => {
    const {tab, control, userId, conversationId, serverIds} = await virtualTabs('claude')
    const {taskId} = await control.startTask(userId, conversationId)
    const open = await tab('A')
    await control.completeTask(taskId)
    expect(ids(open)).toHaveLength(2)
    await expect.poll(() => ids(open).length, {timeout: 3_000}).toBe(3)
    expect(ids(open)).toEqual(await serverIds())
  })
})

test('[TG4] [TG5] what a scheduled task wrote on ChatGPT is read by a tab that has the conversation open', async () => {
  const stage = await virtualTabs('chatgpt')
  const {control, userId, conversationId, serverIds} = stage
  const open = await listening(stage)
  await control.scheduleTask(userId, conversationId, 86_400_000)
  await control.turnClock(86_400_000)
  await expect.poll(() => ids(open).length).toBe(4)
  expect(ids(open)).toEqual(await serverIds())
})

describe.each(PLATFORMS)('on %s', (platform) => {
  test('[TG13] [TG14] a person over the limit is told, and what they wrote is not lost from the screen', async () => {
    const {tab, control, userId, serverIds} = await virtualTabs(platform)
    const open = await tab('A')
    await control.reachLimit(userId)
    await open.session.send('Too much')
    expect(open.session.view().notice).toMatch(/used up/)
    expect([lastOf(open)?.text, lastOf(open)?.status]).toEqual(['Too much', 'failed'])
    expect(await serverIds()).toHaveLength(2)
  })

  test('[TG10] another client’s message is not shown under `observed`, and is after a reload', async () => {
    const {tab, control, userId, conversationId, serverIds} = await virtualTabs(platform)
    const open = await tab('A')
    const {promptId} = await control.sendFromElsewhere(userId, conversationId, 'From my phone')
    expect(ids(open)).toHaveLength(2)
    await open.session.refetch()
    expect(ids(open)).toEqual(await serverIds())
    expect(ids(open)[2]).toBe(promptId)
  })
})

test('[TG12] an answer on Claude.ai that waits for approval goes on once its person approved', async () => {
  const {tab, control, userId, conversationId} = await virtualTabs('claude', {model: slow})
  const open = await tab('A')
  const sent = open.session.send('Do it')
  await expect.poll(() => lastOf(open)?.role).toBe('assistant')
  const {approvalId} = await control.askApproval(userId, conversationId)
  await expect.poll(() => open.session.view().approvalId).toBe(approvalId)
  const half = texts(open).at(-1)!.length
  await open.session.approve!()
  expect(open.session.view().approvalId).toBeNull()
  await expect.poll(() => texts(open).at(-1)!.length).toBeGreaterThan(half)
  await open.session.stop()
  await sent
  expect(lastOf(open)?.status).toBe('stopped')
})
