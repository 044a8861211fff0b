/** Shown in place of the chat when there is nothing to show: one sentence, and a way on. */
import {ImitationBar} from './imitation-bar.tsx'

export function Problem({problem}: {readonly problem: string}) {
  return (
    <div class="page page--problem">
      <ImitationBar state="not started" />
      <main class="problem">
        <h1 class="problem__title">This page cannot start</h1>
        <p role="alert">{problem}</p>
        <p>
          <a class="button button--main" href="/">
            Open a new chat
          </a>
        </p>
      </main>
    </div>
  )
}
