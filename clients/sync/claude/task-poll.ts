/** While a task runs in the conversation that is shown, that is read again every 30 s (observed time). Rule TG11. */
import type {Surroundings} from '../chat-session.ts'
import {taskPollMs} from './defaults.ts'

export type TaskPoll = {
  /** A reading of the conversation names the tasks that run there. */
  read(taskIds: readonly string[]): void
  /** The person goes elsewhere. */
  stop(): void
}

export function createTaskPoll(refetch: () => void, {setTimer}: Pick<Surroundings, 'setTimer'>): TaskPoll {
  let callOff = () => {}

  function wait(): void {
    callOff()
    callOff = setTimer(() => {
      // A reading that fails says nothing of tasks: it is tried again.
      wait()
      refetch()
    }, taskPollMs)
  }

  return {
    read(taskIds) {
      callOff()
      if (taskIds.length > 0) wait()
    },
    stop: () => callOff(),
  }
}
