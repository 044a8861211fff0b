import {createMemoryLog} from './memory-log.ts'
import {streamLogContract} from './stream-log.contract.ts'

streamLogContract('the log in memory', createMemoryLog)
