import workerpool from 'workerpool'
import { churn } from './churn.mjs'

workerpool.worker({ churn })
