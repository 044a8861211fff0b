/** What the words and figures of the report mean. */
import {LIMITS} from '../checkers/defaults.ts'
import {html} from './html.ts'
import type {Html} from './html.ts'
import type {Summary} from './summary.ts'

export function howToRead({manifest}: Summary): Html {
  return html`<div class="card">
    <dl>
      <dt>shown</dt>
      <dd>
        Messages × tabs: committed by the server while the window was open, and seen whole in the tab's own
        DOM before it closed. The sender's tab is not counted.
      </dd>
      <dt>delivered</dt>
      <dd>
        What the server's book says was handed to the tab's socket: whole messages, hints to refetch, or the
        news that a turn ended. Over push: what the tab's browser acknowledged, which is all that a sender can
        learn. It claims nothing about the tab.
      </dd>
      <dt>median staleness</dt>
      <dd>
        From the server's commit to the tab showing it. Where the window ended first the sample is censored:
        it counts as “longer than the window”, never as the window's length, and never is an average taken of
        what arrived.
      </dd>
      <dt>[95 %]</dt>
      <dd>
        Bootstrap interval, or where samples are censored the band of the survival curve. Samples of one cell
        are treated as independent.
      </dd>
      <dt>on return, refreshed</dt>
      <dd>The same messages after the person came back to the tab, and after they reloaded it.</dd>
      <dt>time to fresh</dt>
      <dd>
        From the moment a tab could recover (the last fault that struck it healed, or it came back) to the tab
        showing every message that was committed until then, whole. Censored where the deadline came first.
        <em>Detected</em>: from the first bite on the tab's link to its page leaving the open state.
        <em>Reconnected</em>: from the heal to the page being open again and following.
      </dd>
      <dt>lost, exact</dt>
      <dd>
        Lost: committed while the cell counted, and not shown whole at the deadline. Exact: the last reading
        of the tab has the server's texts to the letter, by hash.
      </dd>
      <dt>false alarms</dt>
      <dd>Connections that a page destroyed by itself while nothing was wrong with its link.</dd>
      <dt>hypothesis</dt>
      <dd>
        What the experiment predicted before it ran. A stale tab that was predicted is a finding, not a
        failure. SURPRISE means that the tab showed something else, or that a message was doubled, out of
        order, gone or different after a refresh, which is never predicted.
      </dd>
      <dt>guarantee</dt>
      <dd>
        What a tab owes its person, or all tabs of a person together (session guarantees and the hazards of a
        tree of messages). Those of one tab hold under every policy, or it is a SURPRISE; those over all tabs
        are what stale tabs break, and are counted. Rules SG1–SG24.
      </dd>
      <dt>hazard, cure</dt>
      <dd>
        A person acts in a tab on what another tab has changed. A hazard is shown by what the history proves,
        and never taken for absent where the history does not say. The cure is another setting of page or
        server under the same acts.
      </dd>
      <dt>valid</dt>
      <dd>
        Every tab state was proved by the page itself, clocks are known to ${LIMITS.clockErrorMs} ms, event
        loops were at most ${LIMITS.eventLoopDelayP99Ms} ms late (p99; ${LIMITS.sharedEventLoopDelayP99Ms} ms
        in cells that ran beside others, where only seconds are judged), and at most ${LIMITS.stealPercent} %
        of the processor was taken away. Other cells are <em>invalid</em> or <em>unknown</em> and count
        nowhere.
      </dd>
      <dt>measured</dt>
      <dd>
        Every latency here was measured in real tabs of a real browser, on the machine below, over loopback.
      </dd>
      <dt>modelled</dt>
      <dd>
        The pace of the answers is a scripted model's (speed ×${manifest.modelSpeed}); no language model was
        asked and no network was crossed. Where a model delayed, dropped, doubled or reordered pushes, the
        rows have sections of their own and say MODELLED; they share no table and no figure with raw ones.
      </dd>
      <dt>observed</dt>
      <dd>
        Policy <code>observed</code> imitates what the product was seen to do in 2026: its channel carries
        that a turn ended, and nothing of its content.
      </dd>
      <dt>invented</dt>
      <dd>
        All other policies are remedies of this project, built from messages the product knows. Rule by rule:
        <code>servers/protocol/SPEC.md</code>.
      </dd>
    </dl>
  </div>`
}
